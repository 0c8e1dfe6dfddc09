namespace Webhooks.TestKit;

/// <summary>A text is another than the approved one.</summary>
/// <param name="message">How they differ, and what to do.</param>
public sealed class SnapshotMismatchException(string message) : Exception(message);
