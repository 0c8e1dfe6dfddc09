namespace Cyberun;

/// <summary>A webhook with its secret.</summary>
internal sealed record WebhookDetail(string Id, string Name, string Url, IReadOnlyList<string> EventTypes, string Secret);
