using System.Globalization;
using System.Text;

namespace Webhooks.Signing;

/// <summary>What comes before the body in the bytes that are signed.</summary>
internal sealed class SignedContent
{
    public const string Id = "{id}";
    public const string Timestamp = "{timestamp}";
    public const string Body = "{body}";

    /// <summary>The most bytes that a time in Unix seconds has.</summary>
    public const int MaxTimestampLength = 20;

    private readonly Part[] _parts;
    private readonly int _fixedLength;

    public SignedContent(string template)
    {
        _parts = [.. Split(template[..^Body.Length])];
        _fixedLength = _parts.Sum(static part => part.Literal?.Length ?? (part.IsId ? 0 : MaxTimestampLength));
    }

    /// <summary>The most bytes that <see cref="Write"/> writes for an id.</summary>
    public int GetMaxLength(ReadOnlySpan<char> id) => _fixedLength + Encoding.UTF8.GetMaxByteCount(id.Length);

    public int Write(ReadOnlySpan<char> id, long timestamp, Span<byte> destination)
    {
        var length = 0;
        foreach (var part in _parts)
        {
            var rest = destination[length..];
            if (part.Literal is { } literal)
            {
                literal.CopyTo(rest);
                length += literal.Length;
            }
            else if (part.IsId)
            {
                length += Encoding.UTF8.GetBytes(id, rest);
            }
            else
            {
                timestamp.TryFormat(rest, out var written, default, CultureInfo.InvariantCulture);
                length += written;
            }
        }

        return length;
    }

    private static IEnumerable<Part> Split(string text)
    {
        while (text.Length > 0)
        {
            if (text.StartsWith(Id, StringComparison.Ordinal))
            {
                yield return new Part(Literal: null, IsId: true);
                text = text[Id.Length..];
            }
            else if (text.StartsWith(Timestamp, StringComparison.Ordinal))
            {
                yield return new Part(Literal: null, IsId: false);
                text = text[Timestamp.Length..];
            }
            else
            {
                var next = text.IndexOf('{', StringComparison.Ordinal);
                var length = next < 0 ? text.Length : next;
                yield return new Part(Encoding.ASCII.GetBytes(text[..length]), IsId: false);
                text = text[length..];
            }
        }
    }

    /// <summary>Fixed bytes, or the id, or the time.</summary>
    private readonly record struct Part(byte[]? Literal, bool IsId);
}
