namespace Webhooks.Storage.InMemory;

/// <summary>A row that is found by its id.</summary>
/// <typeparam name="T">The row itself.</typeparam>
internal interface IRow<T>
    where T : class
{
    string Id { get; }

    /// <summary>The hash code of its id, so that a table that grows reads no ids.</summary>
    int IdHash { get; }

    /// <summary>The next of those that <see cref="RowTable{T}"/> keeps in the same place.</summary>
    T? NextInTable { get; set; }
}
