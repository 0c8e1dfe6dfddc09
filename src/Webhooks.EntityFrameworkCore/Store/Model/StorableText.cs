using System.Text;

namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>
/// Text for people that came from anywhere. Some databases take neither U+0000 nor half a surrogate pair; an error message that
/// holds one must not keep its whole batch from being written.
/// </summary>
internal static class StorableText
{
    public static string? From(string? text) =>
        text is null || !(text.Contains('\0', StringComparison.Ordinal) || text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
