namespace Webhooks.PostgreSql.Connections;

/// <summary>A <see cref="Column{T}"/> of any type.</summary>
internal interface IColumn
{
    /// <summary>Gives it back, after its statement has been run.</summary>
    void Return();
}
