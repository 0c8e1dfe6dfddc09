using System.Net.Http.Headers;
using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>Which signers sign an endpoint's attempts, and with which of its secrets.</summary>
internal sealed class EndpointSigning
{
    private readonly EndpointWithSecrets _endpoint;
    private readonly Part[] _parts;

    public EndpointSigning(EndpointWithSecrets endpoint, WebhookSigners signers)
    {
        _endpoint = endpoint;
        _parts =
        [
            .. signers.Find(endpoint.Endpoint.Settings.SigningSchemes)
                .Select(signer => new Part(signer, FindSecrets(signer, endpoint.Secrets)))
                .Where(static part => part.Secrets.Length > 0),
        ];
    }

    /// <summary>Finds the secrets that a signer signs with: those of its own, or else those of all that it can sign with.</summary>
    /// <param name="signer">The signer.</param>
    /// <param name="secrets">An endpoint's secrets, the newest first.</param>
    public static EndpointSecret[] FindSecrets(IWebhookSigner signer, IReadOnlyList<EndpointSecret> secrets)
    {
        EndpointSecret[] own = [.. secrets.Where(secret => secret.IsOf(signer.Name) && signer.CanSignWith(secret.Secret))];
        return own.Length > 0
            ? own
            : [.. secrets.Where(secret => secret.IsOf(null) && signer.CanSignWith(secret.Secret))];
    }

    /// <summary>Adds the headers of all signers.</summary>
    /// <exception cref="InvalidOperationException">There is no secret that one of the schemes can sign with.</exception>
    public void Sign(string messageId, DateTimeOffset timestamp, ReadOnlySpan<byte> payload, HttpHeaders headers)
    {
        if (_parts.Length == 0)
        {
            throw new InvalidOperationException(
                $"Endpoint '{_endpoint.Endpoint.Id}' has no secret that one of its signing schemes can sign with. Give it one with "
                    + "RotateSecretAsync, or choose other schemes.");
        }

        foreach (var part in _parts)
        {
            part.Signer.Sign(new SigningContext(messageId, timestamp, payload, part.Lasting ?? part.FindLive(timestamp)), headers);
        }
    }

    /// <summary>A signer with its secrets, the newest first.</summary>
    private sealed class Part(IWebhookSigner signer, EndpointSecret[] secrets)
    {
        public IWebhookSigner Signer => signer;

        public EndpointSecret[] Secrets => secrets;

        /// <summary>The secrets where none of them expires.</summary>
        public WebhookSecret[]? Lasting { get; } = secrets.All(static secret => secret.ExpiresAt is null)
            ? [.. secrets.Select(static secret => secret.Secret)]
            : null;

        public WebhookSecret[] FindLive(DateTimeOffset now) =>
            [.. secrets.Where(secret => secret.IsLive(now)).Select(static secret => secret.Secret)];
    }
}
