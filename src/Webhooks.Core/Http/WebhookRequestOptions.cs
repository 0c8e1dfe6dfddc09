namespace Webhooks.Http;

/// <summary>
/// What <see cref="HttpRequestMessage.Options"/> of an attempt hold, so that a handler can, for one, choose a pipeline for
/// each endpoint. A request that is no attempt (a factory's probe) has none.
/// </summary>
public static class WebhookRequestOptions
{
    /// <summary>The endpoint, message and attempt of the request.</summary>
    public static readonly HttpRequestOptionsKey<WebhookRequest> Attempt = new("Webhooks.Attempt");
}
