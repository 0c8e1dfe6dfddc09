using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Management.Tenancy;

/// <summary>Whose request it is, or why that is not known.</summary>
public sealed record WebhookTenantResult
{
    private WebhookTenantResult()
    {
    }

    /// <summary>The tenant's id; null where the request is refused.</summary>
    public string? TenantId { get; private init; }

    /// <summary>The status code that a refused request is answered with.</summary>
    public int StatusCode { get; private init; }

    /// <summary>What is missing and what to do, for the caller; null for nothing to say.</summary>
    public string? Detail { get; private init; }

    /// <summary>The request is this tenant's.</summary>
    /// <param name="tenantId">The tenant's id.</param>
    public static WebhookTenantResult Found(string tenantId)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenantId);
        return new() { TenantId = tenantId, StatusCode = StatusCodes.Status200OK };
    }

    /// <summary>The request is nobody's, and is answered with a problem.</summary>
    /// <param name="statusCode">400 to 499: 400 for what the caller left out, 403 for what it may not, 404 for what is not there.</param>
    /// <param name="detail">What is missing and what to do, for the caller; null for nothing to say.</param>
    public static WebhookTenantResult Refused(int statusCode = StatusCodes.Status403Forbidden, string? detail = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 499);
        return new() { StatusCode = statusCode, Detail = detail };
    }
}
