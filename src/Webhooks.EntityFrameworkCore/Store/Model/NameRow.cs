namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>A message id or event id that is taken.</summary>
internal sealed class NameRow
{
    /// <summary>Of kind, tenant and id.</summary>
    public Guid Key { get; set; }

    public long MessageSeq { get; set; }

    public MessageRow Message { get; set; } = null!;
}
