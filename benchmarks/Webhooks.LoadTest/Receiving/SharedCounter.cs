using System.IO.MemoryMappedFiles;

namespace Webhooks.LoadTest.Receiving;

/// <summary>A number that one process counts up and another reads, without a call between them.</summary>
internal sealed unsafe class SharedCounter : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _value;

    public SharedCounter(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, capacity: sizeof(long));
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _value = (long*)start;
    }

    public long Value => Volatile.Read(ref *_value);

    public void Increment() => Interlocked.Increment(ref *_value);

    public void Add(long count) => Interlocked.Add(ref *_value, count);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
