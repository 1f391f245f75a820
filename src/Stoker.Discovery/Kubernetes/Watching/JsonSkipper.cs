using System.Buffers;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Passes over one item of a JSON list, however large, in constant memory. It trusts brackets and quotes and checks nothing else.
/// </summary>
internal sealed class JsonSkipper
{
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;

    public bool IsDone { get; private set; }

    public void Begin()
    {
        _depth = 0;
        _isInText = false;
        _isEscaped = false;
        IsDone = false;
    }

    /// <summary>The number of bytes that belong to the item, with the comma before it.</summary>
    public long Skip(ReadOnlySequence<byte> bytes)
    {
        long skipped = 0;
        foreach (ReadOnlyMemory<byte> part in bytes)
        {
            foreach (byte value in part.Span)
            {
                skipped++;
                Take(value);
                if (IsDone)
                {
                    return skipped;
                }
            }
        }

        return skipped;
    }

    private void Take(byte value)
    {
        if (_isInText)
        {
            bool ends = !_isEscaped && value == '"';
            _isEscaped = !_isEscaped && value == '\\';
            _isInText = !ends;
            IsDone = ends && _depth == 0;
            return;
        }

        switch (value)
        {
            case (byte)'"':
                _isInText = true;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                _depth--;
                IsDone = _depth <= 0;
                break;
        }
    }
}
