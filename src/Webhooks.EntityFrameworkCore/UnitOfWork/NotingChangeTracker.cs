using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Metadata;

#pragma warning disable EF1001 // EF tells nobody when changes are cleared or accepted by hand; its version is pinned for that.

namespace Webhooks.EntityFrameworkCore.UnitOfWork;

/// <summary>Lets noted events go the way of the changes that are cleared or accepted by hand.</summary>
internal sealed class NotingChangeTracker(
    DbContext context,
    IStateManager stateManager,
    IChangeDetector changeDetector,
    IModel model,
    IEntityEntryGraphIterator graphIterator,
    NotedEvents noted)
    : ChangeTracker(context, stateManager, changeDetector, model, graphIterator)
{
    public override void AcceptAllChanges()
    {
        base.AcceptAllChanges();
        noted.AcceptStored();
    }

    public override void Clear()
    {
        base.Clear();
        noted.Clear();
    }
}
