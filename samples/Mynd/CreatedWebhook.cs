namespace Mynd;

/// <summary>A new endpoint, with its secret: the one time that it is shown.</summary>
internal sealed record CreatedWebhook(string Id, string Object, string Url, IReadOnlyList<string> Events, string Secret, string Status);
