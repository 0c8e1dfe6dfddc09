namespace Webhooks.LoadTest.Stores;

/// <summary>The least that storing an event can cost: one commit of a message and its delivery, by the database's driver alone.</summary>
internal interface IBareCommit : IAsyncDisposable
{
    Task RunAsync(int payloadBytes);
}
