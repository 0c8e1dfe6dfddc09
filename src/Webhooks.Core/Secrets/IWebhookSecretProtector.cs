using Webhooks.Storage;

namespace Webhooks.Secrets;

/// <summary>
/// Encrypts what the library keeps of secrets: the signing secrets and credentials of an endpoint, as one text. Register an
/// implementation, or call <c>ProtectSecrets</c> for AES-GCM with keys of the host's own. Without one, secrets are stored in the
/// clear.
/// </summary>
/// <remarks>
/// Called concurrently: when an endpoint is written, and when a dispatcher loads it into memory; never for each attempt.
/// Whatever it throws fails the call or puts the delivery back; it must not hold the text.
/// </remarks>
public interface IWebhookSecretProtector
{
    /// <summary>Encrypts.</summary>
    /// <param name="endpoint">Whose secrets: the protected text can be read for this endpoint only.</param>
    /// <param name="plaintext">The secrets.</param>
    /// <returns>Any text; it says itself how it was encrypted, and with which key.</returns>
    string Protect(EndpointKey endpoint, string plaintext);

    /// <summary>Decrypts what this or an earlier configuration of the same protector encrypted.</summary>
    /// <param name="endpoint">Whose secrets.</param>
    /// <param name="protectedText">What <see cref="Protect"/> returned.</param>
    /// <exception cref="WebhookSecretProtectionException">
    /// The key is missing, or the text was changed or belongs to another endpoint.
    /// </exception>
    string Unprotect(EndpointKey endpoint, string protectedText);
}
