namespace Danube;

/// <summary>A new webhook, with its secret: the one time that it is shown.</summary>
internal sealed record CreatedWebhook(string Id, string Url, IReadOnlyList<string> Events, bool IsActive, string? Description, string Secret);
