namespace Mynd;

/// <summary>The body of a request for an endpoint.</summary>
internal sealed record CreateWebhook(string? Url, IReadOnlyList<string>? Events, string? Description);
