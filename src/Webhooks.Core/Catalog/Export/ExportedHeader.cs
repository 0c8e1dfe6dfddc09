namespace Webhooks.Catalog.Export;

/// <summary>A header of each request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it says.</param>
/// <param name="IsMessageId">Whether it holds the id that is the same on every attempt.</param>
internal sealed record ExportedHeader(string Name, string Description, bool IsMessageId = false);
