using System.Net.Http.Headers;

namespace Webhooks.Signing;

/// <summary>
/// Signs attempts by one scheme. The schemes of <see cref="SigningOptions.Schemes"/> have theirs; a host registers more as
/// services, and one of a name that is there already replaces it. Applications and endpoints choose by <see cref="Name"/>.
/// </summary>
/// <remarks>Called concurrently, once for each attempt of each endpoint that chose it.</remarks>
public interface IWebhookSigner
{
    /// <summary>By what it is chosen: 1 to 64 of <c>A-Z a-z 0-9 _ -</c>; case does not count.</summary>
    string Name { get; }

    /// <summary>
    /// The names of the headers that <see cref="Sign"/> sets. No endpoint can set headers of these names itself.
    /// </summary>
    IReadOnlyList<string> HeaderNames { get; }

    /// <summary>Makes a new secret for an endpoint that was given none.</summary>
    WebhookSecret GenerateSecret();

    /// <summary>Whether it can sign with a secret: whether it is of the right kind.</summary>
    /// <param name="secret">A secret of an endpoint.</param>
    /// <exception cref="WebhookValidationException">The secret is of the right kind, and no key all the same.</exception>
    bool CanSignWith(WebhookSecret secret);

    /// <summary>
    /// Adds the headers of one attempt. Several signers can sign one attempt: headers of the same name hold the same value or a
    /// list, see <see cref="SignatureHeaders"/>.
    /// </summary>
    /// <param name="attempt">What is signed, and with what.</param>
    /// <param name="headers">The request's headers.</param>
    void Sign(SigningContext attempt, HttpHeaders headers);
}
