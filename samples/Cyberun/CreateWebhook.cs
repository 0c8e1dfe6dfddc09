namespace Cyberun;

/// <summary>The body of a request for a webhook.</summary>
internal sealed record CreateWebhook(string? Name, string? Url, IReadOnlyList<string>? EventTypes);
