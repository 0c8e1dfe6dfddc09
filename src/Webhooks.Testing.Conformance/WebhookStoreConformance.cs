using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

/// <summary>
/// What every <see cref="IWebhookStore"/> does. Inherit, supply a store, and run it with xunit.
/// </summary>
/// <remarks>Each fact has a new store of its own.</remarks>
public abstract partial class WebhookStoreConformance : IAsyncLifetime
{
    private IWebhookStore? _store;

    /// <summary>The store under test, initialized.</summary>
    protected IWebhookStore Store => _store ?? throw new InvalidOperationException("The store is there while a fact runs.");

    /// <summary>
    /// How many random sequences of calls a property tries, each on a new store; those that erase try a quarter of them. Default: 60.
    /// Fewer suit a store that is slow to make.
    /// </summary>
    protected virtual int SequenceCount => 60;

    /// <summary>Makes a new, empty store; the suite initializes it. Called once for most facts and many times for some.</summary>
    protected abstract Task<IWebhookStore> CreateStoreAsync();

    /// <summary>Cleans up after a store. Disposes of it, if it is disposable, unless overridden.</summary>
    /// <param name="store">A store that <see cref="CreateStoreAsync"/> made and that nothing uses any longer.</param>
    protected virtual async Task DeleteStoreAsync(IWebhookStore store)
    {
        if (store is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            (store as IDisposable)?.Dispose();
        }
    }

    async Task IAsyncLifetime.InitializeAsync()
    {
        _store = await CreateStoreAsync();
        await _store.InitializeAsync(default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        if (_store is not null)
        {
            await DeleteStoreAsync(_store);
        }
    }
}
