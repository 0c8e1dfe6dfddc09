using System.Buffers;
using System.Text;

namespace Webhooks.Storage;

/// <summary>
/// What a delivery has sent in place of its message's own payload. Stores keep it as bytes with a delivery that is to be retried, and hand
/// it out with each lease, so that every attempt sends the same; they do not look into it.
/// </summary>
/// <param name="payload">The body.</param>
/// <param name="headers">Headers of its own; null for none.</param>
public sealed class SentContent(ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, string>? headers = null)
{
    private const byte LineEnd = (byte)'\n';
    private const byte Colon = (byte)':';

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>Headers of its own, which have neither colons in their names nor line ends.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes; null for none.</param>
    /// <exception cref="FormatException">The bytes are no such content.</exception>
    public static SentContent? Read(byte[]? bytes)
    {
        if (bytes is null)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = bytes.AsMemory();
        while (true)
        {
            var end = rest.Span.IndexOf(LineEnd);
            if (end == 0)
            {
                return new SentContent(rest[1..], headers);
            }

            var colon = end < 0 ? -1 : rest.Span[..end].IndexOf(Colon);
            if (colon < 0)
            {
                throw new FormatException("The content of a delivery is neither a header nor an empty line and a body.");
            }

            headers[Encoding.UTF8.GetString(rest.Span[..colon])] = Encoding.UTF8.GetString(rest.Span[(colon + 1)..end]);
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>Writes it as bytes: a line for each header, an empty one, and the body.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 1);
        foreach (var (name, value) in Headers)
        {
            Encoding.UTF8.GetBytes($"{name}:{value}\n", buffer);
        }

        buffer.Write([LineEnd]);
        buffer.Write(payload.Span);
        return buffer.WrittenSpan.ToArray();
    }
}
