using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Paging;

/// <summary>Pages as answers.</summary>
internal static class PageExtensions
{
    public static ManagementResult ToResult<T, TResource>(this Page<T> page, Func<T, TResource> show) =>
        ManagementResult.Of(new PageResource<TResource> { Data = [.. page.Items.Select(show)], NextCursor = page.NextCursor });
}
