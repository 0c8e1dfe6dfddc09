using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

#pragma warning disable EF1001 // See NotingChangeTracker.

namespace Webhooks.EntityFrameworkCore.UnitOfWork;

/// <summary>Gives a context its change tracker.</summary>
internal sealed class NotingChangeTrackerFactory(
    ICurrentDbContext current,
    IStateManager stateManager,
    IChangeDetector changeDetector,
    IModel model,
    IEntityEntryGraphIterator graphIterator,
    NotedEvents noted)
    : IChangeTrackerFactory
{
    public ChangeTracker Create() =>
        new NotingChangeTracker(current.Context, stateManager, changeDetector, model, graphIterator, noted);
}
