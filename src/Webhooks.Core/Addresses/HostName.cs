using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Webhooks.Addresses;

/// <summary>Host names in the one spelling that is compared and resolved.</summary>
internal static class HostName
{
    private const char FullWidthFirst = '\uFF01';
    private const char FullWidthLast = '\uFF5E';
    private const int FullWidthOffset = FullWidthFirst - '!';

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>A URL's host in ASCII and lower case, without the full stop of the root; null when it has no such form.</summary>
    public static string? ToAscii(Uri uri)
    {
        var folded = FoldCompatible(uri.Host);
        try
        {
            return Normalize(Ascii.IsValid(folded) && uri.HostNameType != UriHostNameType.IPv6 ? folded : uri.IdnHost);
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>A host in lower case, without the full stop of the root.</summary>
    public static string Normalize(string host) => (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();

    /// <summary>Reads a normalized host as a literal address, in every spelling that a resolver might take for one.</summary>
    public static IPAddress? ToAddress(string name) => IPAddress.TryParse(name, out var address) ? address : null;

    /// <summary>Whether the last label is a number, as in an IPv4 address: there is no such name in the DNS (URL standard, section 3.5).</summary>
    public static bool EndsInNumber(string name)
    {
        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        return last.Length > 0
            && (!last.ContainsAnyExceptInRange('0', '9')
                || (last.StartsWith("0x", StringComparison.Ordinal) && !last[2..].ContainsAnyExcept(HexDigits)));
    }

    /// <summary>RFC 6761, section 6.3: these names always are this machine, whatever a resolver says.</summary>
    public static bool IsLocalhost(string name) => name is "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>
    /// Digits and full-width letters as the ASCII characters that they are compatible with (UTS #46). .NET does so too, but not
    /// in hosts that run with invariant globalization.
    /// </summary>
    private static string FoldCompatible(string host)
    {
        if (Ascii.IsValid(host))
        {
            return host;
        }

        var folded = new StringBuilder(host.Length);
        foreach (var character in host)
        {
            var digit = CharUnicodeInfo.GetDigitValue(character);
            folded.Append(character switch
            {
                '\u3002' or '\uFF61' => '.',
                >= FullWidthFirst and <= FullWidthLast => (char)(character - FullWidthOffset),
                _ when digit >= 0 => (char)('0' + digit),
                _ => character,
            });
        }

        return folded.ToString();
    }
}
