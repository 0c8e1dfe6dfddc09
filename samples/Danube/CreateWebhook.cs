namespace Danube;

/// <summary>The body of a request for a webhook.</summary>
internal sealed record CreateWebhook(string? Url, IReadOnlyList<string>? Events, string? Description);
