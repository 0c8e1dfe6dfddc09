using Webhooks.Signing;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>Who may send webhooks to an endpoint, and how what is received from there is verified.</summary>
/// <param name="Name">
/// The receiver's own name for the sender. It stands in the log, and message ids count as the same only from the same sender: with one
/// name for several senders, each could keep messages of another from being handled by sending their ids first.
/// </param>
/// <param name="Verifier">Verifies its requests. Keep it: it holds keys that are set up.</param>
public sealed record WebhookSender(string Name, IWebhookVerifier Verifier);
