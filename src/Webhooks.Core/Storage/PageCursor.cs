using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Webhooks.Storage;

/// <summary>
/// Turns a position in a list into the opaque text that callers hand back, and refuses text that is none. For adapter authors.
/// </summary>
public static class PageCursor
{
    /// <summary>Writes a cursor.</summary>
    /// <typeparam name="T">The type of a position. Its invariant text has to be exact, as that of numbers is and that of times is not.</typeparam>
    /// <param name="list">The list's name, so that one list refuses another's cursors.</param>
    /// <param name="position">The position of the last row of the page.</param>
    public static string Encode<T>(string list, T position)
        where T : IParsable<T> =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{list}:{position}")));

    /// <summary>Reads a cursor.</summary>
    /// <typeparam name="T">The type of a position.</typeparam>
    /// <param name="list">The list's name, as given to <see cref="Encode"/>.</param>
    /// <param name="cursor">The cursor.</param>
    /// <exception cref="WebhookValidationException">The text is not a cursor of this list.</exception>
    public static T Decode<T>(string list, string cursor)
        where T : IParsable<T>
    {
        if (Base64Url.IsValid(cursor)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) is var text
            && text.StartsWith(list + ":", StringComparison.Ordinal)
            && T.TryParse(text[(list.Length + 1)..], CultureInfo.InvariantCulture, out var position))
        {
            return position;
        }

        throw new WebhookValidationException(
            "cursor", "cursor", cursor, "is not a cursor of this list. Pass the NextCursor of the page before, or none for the first page.");
    }
}
