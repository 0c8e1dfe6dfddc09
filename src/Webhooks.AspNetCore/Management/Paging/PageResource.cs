using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Paging;

/// <summary>A page of a list, as answers show it.</summary>
/// <typeparam name="T">What is listed.</typeparam>
internal sealed record PageResource<T>
{
    [Description("The rows of the page.")]
    public required IReadOnlyList<T> Data { get; init; }

    [Description("The cursor of the next page; null when this is the last.")]
    public string? NextCursor { get; init; }
}
