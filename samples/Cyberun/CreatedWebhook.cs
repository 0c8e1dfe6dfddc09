namespace Cyberun;

/// <summary>A new webhook.</summary>
internal sealed record CreatedWebhook(string Id, string Secret);
