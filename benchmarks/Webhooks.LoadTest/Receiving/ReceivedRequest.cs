using System.Buffers.Text;
using System.Text;

namespace Webhooks.LoadTest.Receiving;

/// <summary>One HTTP/1.1 request with a <c>Content-Length</c>, as the sender under test makes them; nothing else is understood.</summary>
internal ref struct ReceivedRequest
{
    /// <summary>The number in the path <c>/{target}</c> or <c>/{target}/{status}</c>.</summary>
    public int Target { get; private set; }

    /// <summary>The status to answer: 200 where the path has none; see <see cref="ReceiverServer.Accept"/> for those that are none.</summary>
    public int Status { get; private set; }

    public ReadOnlySpan<byte> Id { get; private set; }

    public ReadOnlySpan<byte> Timestamp { get; private set; }

    public ReadOnlySpan<byte> Signature { get; private set; }

    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>How many bytes the request takes.</summary>
    public int Length { get; private set; }

    /// <summary>Reads the request that the bytes begin with.</summary>
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
        request.ReadPath(line);
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

    private void ReadPath(scoped ReadOnlySpan<byte> requestLine)
    {
        if (!requestLine.StartsWith("POST /"u8))
        {
            throw new FormatException("The request is no POST.");
        }

        var path = requestLine["POST /"u8.Length..];
        path = path[..path.IndexOf((byte)' ')];
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
