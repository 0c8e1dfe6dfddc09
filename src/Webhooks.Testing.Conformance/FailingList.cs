using System.Collections;

namespace Webhooks.Testing.Conformance;

/// <summary>A list that throws when one of its elements is read.</summary>
internal sealed class FailingList<T>(IReadOnlyList<T> items, int failAt) : IReadOnlyList<T>
{
    public int Count => items.Count;

    public T this[int index] =>
        index == failAt ? throw new InvalidOperationException("The element cannot be read.") : items[index];

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
