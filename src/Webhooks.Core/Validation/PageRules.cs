using System.Globalization;
using Webhooks.Storage;

namespace Webhooks.Validation;

/// <summary>The rules of every list query. Its cursor is checked by the store that made it.</summary>
internal static class PageRules
{
    public static void Check(PageQuery query, params ReadOnlySpan<(string Field, string? Id)> ids)
    {
        var errors = new ValidationErrors();
        errors.CheckName("tenantId", query.TenantId);
        if (query.Limit is < 1 or > PageQuery.MaxLimit)
        {
            errors.Add(
                "limit",
                "range",
                query.Limit.ToString(CultureInfo.InvariantCulture),
                $"is a number from 1 to {PageQuery.MaxLimit}.");
        }

        foreach (var (field, id) in ids)
        {
            if (id is not null)
            {
                errors.CheckId(field, id);
            }
        }

        errors.ThrowIfAny();
    }
}
