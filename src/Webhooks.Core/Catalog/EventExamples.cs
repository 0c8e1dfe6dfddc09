using System.Buffers;
using System.Globalization;

namespace Webhooks.Catalog;

/// <summary>The names of examples.</summary>
internal static class EventExamples
{
    private const int MaxNameLength = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    public static IReadOnlyList<EventExample> Add<T>(IReadOnlyList<EventExample> examples, string? name, T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        name ??= string.Create(CultureInfo.InvariantCulture, $"example-{examples.Count + 1}");
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new WebhookValidationException(
                "example", "name", name, $"is not the name of an example: 1 to {MaxNameLength} of A-Z, a-z, 0-9, '_', '-' and '.'.");
        }

        if (examples.Any(example => string.Equals(example.Name, name, StringComparison.Ordinal)))
        {
            throw new WebhookValidationException("example", "unique", name, "is the name of another example. Give each its own.");
        }

        return [.. examples, new EventExample(name, value)];
    }
}
