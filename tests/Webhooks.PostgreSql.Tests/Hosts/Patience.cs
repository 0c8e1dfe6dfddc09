namespace Webhooks.PostgreSql.Tests.Hosts;

/// <summary>How long a test waits for something that must happen: long enough for a busy machine, short enough for a hang to fail.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static Task InTimeAsync(this Task task) => task.WaitAsync(Limit, TimeProvider.System);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(Limit, TimeProvider.System);

    /// <summary>Asks again and again until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition().InTimeAsync())
        {
            TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(Limit, "it should have happened long ago");
            await Task.Delay(Step, TimeProvider.System);
        }
    }
}
