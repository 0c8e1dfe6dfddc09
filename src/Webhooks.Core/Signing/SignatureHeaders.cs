using System.Net.Http.Headers;
using Webhooks.Http;

namespace Webhooks.Signing;

/// <summary>How signers write their headers, so that several of them can sign one request.</summary>
public static class SignatureHeaders
{
    /// <summary>Sets a header that all signers give the same value, such as the message's id. The first one's stays.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="WebhookValidationException">The name is no token, or the value holds what no header may.</exception>
    public static void Set(HttpHeaders headers, string name, string value)
    {
        if (!headers.NonValidated.Contains(name))
        {
            HeaderFields.Write(headers, name, value);
        }
    }

    /// <summary>Sets a header, or adds to the one value that it has from another signer.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="name">The header's name.</param>
    /// <param name="value">The signatures: ASCII.</param>
    /// <param name="separator">What stands between what was there and the value.</param>
    public static void Append(HttpHeaders headers, string name, string value, char separator)
    {
        if (headers.NonValidated.TryGetValues(name, out var before))
        {
            headers.Remove(name);
            value = $"{before}{separator}{value}";
        }

        headers.TryAddWithoutValidation(name, value);
    }
}
