#pragma warning disable CA1000, CA1034, CA1051, CA1716, CA2211, CA2225, MA0018, MA0046, MA0069 // One of each kind, for the printer.
namespace Webhooks.PublicApi.Tests.Specimens;

public delegate string? Translate<in T>(T value, params string[] words)
    where T : class;

public enum Flag : byte
{
    Off = 0,
    On = 1,
}

public abstract class Specimen<T> : IProgress<T>, IServiceProvider
    where T : struct, IComparable<T>
{
    public const double Ratio = 0.5;

    public readonly int[]? Numbers;

    protected static string? shared;

    private protected int unseen;

    protected Specimen(T value, Flag flag = Flag.On, TimeSpan time = default, decimal? limit = null) =>
        (Value, unseen) = (value, flag.GetHashCode() + time.GetHashCode() + limit.GetHashCode());

    public event EventHandler<EventArgs>? Changed;

    public T Value { get; protected set; }

    public virtual IReadOnlyDictionary<string, List<string?>?>? Nested { get; private set; }

    public string this[int index, string? key] => $"{index}{key}{shared}{unseen}";

    public static implicit operator T(Specimen<T> specimen) => specimen.Value;

    public abstract void Report(T value);

    public bool TryTake<TKey, TValue>(in TKey key, ref int count, out TValue? value)
        where TKey : notnull
        where TValue : class, new()
    {
        value = count++ > 0 ? null : new TValue();
        return key is not null;
    }

    object? IServiceProvider.GetService(Type serviceType) => Nested = null;

    internal void Raise() => Changed?.Invoke(this, EventArgs.Empty);

    protected virtual async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        return cancellationToken.IsCancellationRequested ? null : "";
    }

    public sealed class InnerException : Exception
    {
        public override string ToString() => "";
    }

    private sealed class Unseen;
}
