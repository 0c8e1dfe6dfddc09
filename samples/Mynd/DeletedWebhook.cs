namespace Mynd;

/// <summary>An endpoint that is gone.</summary>
internal sealed record DeletedWebhook(string Id, string Object, bool Deleted);
