namespace Webhooks.Catalog;

/// <summary>An example of an event's data.</summary>
/// <param name="Name">What it is called where it is shown, 1 to 64 of <c>A-Z a-z 0-9 _ - .</c>: once for each version of an event type.</param>
/// <param name="Value">The data.</param>
public sealed record EventExample(string Name, object Value);
