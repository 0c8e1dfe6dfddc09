using System.Buffers;
using System.Net.Http.Headers;

namespace Webhooks.Http;

/// <summary>What may stand in a header (RFC 9110, section 5): no line break, nothing that a parser could read in two ways.</summary>
internal static class HeaderFields
{
    public const int MaxNameLength = 255;
    public const int MaxValueLength = 4_096;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create(
        ['\t', .. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code)]);

    /// <summary>Whether it is a token (section 5.6.2).</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether it is visible ASCII, spaces and tabs.</summary>
    public static bool IsValue(string? value, int maxLength = MaxValueLength) =>
        value is not null && value.Length <= maxLength && !value.AsSpan().ContainsAnyExcept(ValueCharacters);

    /// <summary>Sets a header of a request, checked once more: a row that somebody changed in the store cannot smuggle anything in.</summary>
    /// <exception cref="WebhookValidationException">Name or value is not one; the value is not repeated.</exception>
    public static void Write(HttpHeaders headers, string name, string value, int maxLength = MaxValueLength)
    {
        if (!IsName(name))
        {
            throw new WebhookValidationException("headers", "name", value: null, "has a name that is not one (RFC 9110, section 5.6.2).");
        }

        if (!IsValue(value, maxLength))
        {
            throw new WebhookValidationException(
                $"headers[{name}]",
                "value",
                value: null,
                $"has a value that is not visible ASCII, spaces and tabs of at most {maxLength} characters.");
        }

        headers.TryAddWithoutValidation(name, value);
    }
}
