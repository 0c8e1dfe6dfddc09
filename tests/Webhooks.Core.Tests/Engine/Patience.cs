namespace Webhooks.Core.Tests.Engine;

/// <summary>How long a test waits for something that must happen: long enough for a busy machine, short enough for a hang to fail.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task InTimeAsync(this Task task) => task.WaitAsync(Limit, TimeProvider.System);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(Limit, TimeProvider.System);
}
