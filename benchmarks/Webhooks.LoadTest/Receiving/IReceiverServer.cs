namespace Webhooks.LoadTest.Receiving;

/// <summary>Takes requests for a <see cref="Receiver"/>, on a port of the loopback.</summary>
internal interface IReceiverServer : IAsyncDisposable
{
    int Port { get; }
}
