namespace Webhooks.LoadTest.Sending;

/// <summary>Something that sends for a while.</summary>
internal interface ILoad
{
    /// <summary>Sends until it is told to stop, and returns when everything that was sent has arrived.</summary>
    Task RunAsync(CancellationToken stop);

    /// <summary>What was sent since the last time.</summary>
    SentLog Sent { get; }
}
