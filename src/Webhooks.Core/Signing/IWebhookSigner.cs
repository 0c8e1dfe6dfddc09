using System.Net.Http.Headers;

namespace Webhooks.Signing;

/// <summary>Signs attempts. Register another to replace Standard Webhooks.</summary>
/// <remarks>Called concurrently, once for each attempt.</remarks>
public interface IWebhookSigner
{
    /// <summary>
    /// The names of the headers that <see cref="Sign"/> sets. Endpoints cannot set headers of these names.
    /// </summary>
    IReadOnlyList<string> HeaderNames { get; }

    /// <summary>Adds the id, time and signature headers of one attempt.</summary>
    /// <param name="attempt">What is signed, and with what.</param>
    /// <param name="headers">The request's headers.</param>
    void Sign(SigningContext attempt, HttpHeaders headers);
}
