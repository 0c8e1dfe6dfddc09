using System.Buffers.Text;
using System.Text;

namespace Webhooks.LoadTest.Receiving;

/// <summary>One request, as the sender under test makes them.</summary>
internal ref struct ReceivedRequest
{
    /// <summary>The number in the path <c>/{target}</c> or <c>/{target}/{status}</c>.</summary>
    public int Target { get; set; }

    /// <summary>The status to answer: 200 where the path has none; see <see cref="Receiver.Accept"/> for those that are none.</summary>
    public int Status { get; set; }

    public ReadOnlySpan<byte> Id { get; set; }

    public ReadOnlySpan<byte> Timestamp { get; set; }

    public ReadOnlySpan<byte> Signature { get; set; }

    public ReadOnlySpan<byte> Body { get; set; }

    /// <summary>How many bytes the request takes.</summary>
    public int Length { get; set; }

    /// <summary>Reads the request that the bytes begin with: HTTP/1.1 with a <c>Content-Length</c>; nothing else is understood.</summary>
    /// <returns>False when it is not whole yet.</returns>
    /// <exception cref="FormatException">It is not one of the sender's.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReceivedRequest request)
    {
        request = default;
        var headLength = bytes.IndexOf("\r\n\r\n"u8);
        if (headLength < 0)
        {
            return false;
        }

        var head = bytes[..headLength];
        var line = NextLine(ref head);
        if (!line.StartsWith("POST "u8))
        {
            throw new FormatException("The request is no POST.");
        }

        line = line["POST "u8.Length..];
        request.ReadPath(line[..line.IndexOf((byte)' ')]);
        var bodyLength = -1;
        while (head.Length > 0)
        {
            line = NextLine(ref head);
            var colon = line.IndexOf((byte)':');
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "webhook-id"u8))
            {
                request.Id = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "webhook-timestamp"u8))
            {
                request.Timestamp = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "webhook-signature"u8))
            {
                request.Signature = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            {
                bodyLength = ReadNumber(value);
            }
        }

        var start = headLength + 4;
        if (bodyLength < 0)
        {
            throw new FormatException("The request has no Content-Length.");
        }

        if (bytes.Length < start + bodyLength)
        {
            return false;
        }

        request.Body = bytes.Slice(start, bodyLength);
        request.Length = start + bodyLength;
        return true;
    }

    /// <summary>Reads the path <c>/{target}</c> or <c>/{target}/{status}</c>.</summary>
    public void ReadPath(scoped ReadOnlySpan<byte> path)
    {
        path = path["/"u8.Length..];
        var slash = path.IndexOf((byte)'/');
        Target = ReadNumber(slash < 0 ? path : path[..slash]);
        Status = slash < 0 ? 200 : ReadNumber(path[(slash + 1)..]);
    }

    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf("\r\n"u8);
        var line = end < 0 ? head : head[..end];
        head = end < 0 ? default : head[(end + 2)..];
        return line;
    }

    private static int ReadNumber(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out var length) && length == text.Length
            ? number
            : throw new FormatException("A number was expected.");
}
