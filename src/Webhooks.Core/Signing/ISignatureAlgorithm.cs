namespace Webhooks.Signing;

/// <summary>What is done with an endpoint's secrets to sign by a <see cref="SigningScheme"/>: HMAC, unless a package brings another.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public interface ISignatureAlgorithm
{
    /// <summary>Makes a new secret.</summary>
    WebhookSecret GenerateSecret();

    /// <summary>Finds the key of a secret. Called for each signature: what is costly to set up is kept.</summary>
    /// <param name="secret">A secret of an endpoint.</param>
    /// <returns>The key, or null where the secret is of another kind.</returns>
    /// <exception cref="WebhookValidationException">The secret is of the right kind, and no key all the same.</exception>
    SignatureKey? GetKey(WebhookSecret secret);
}
