using System.Buffers.Binary;
using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.Perf;

/// <summary>Counts the stacks that records of the kernel's rings show. Used by one thread.</summary>
internal sealed class PerfRecordSink
{
    private const uint LostRecord = 2;
    private const uint SampleRecord = 9;
    private const int CpuModeMask = 7;
    private const int KernelMode = 1;

    /// <summary>Values from here on are not addresses but say where those behind them come from.</summary>
    private const ulong FirstContext = unchecked((ulong)-4095L);

    /// <summary>What follows is the user's stack.</summary>
    private const ulong UserContext = unchecked((ulong)-512L);

    private readonly List<long> _counts = [];
    private ulong[] _addresses = new ulong[130];

    public StackTable Stacks { get; } = new(PseudoAddress.TableFull);

    /// <summary>Samples of the ring that is being drained.</summary>
    public long Samples { get; set; }

    /// <summary>Samples that found a ring full.</summary>
    public long Lost { get; private set; }

    /// <summary>How often the stack of a number was seen.</summary>
    public long CountOf(int stack) => stack < _counts.Count ? _counts[stack] : 0;

    /// <param name="type">The kernel's type of record; those that are not known are passed over.</param>
    /// <param name="misc">Among others, where the thread was.</param>
    /// <param name="payload">A sample: the number of values, then the values, the innermost first. Lost samples: an id, then their number.</param>
    public void Take(uint type, ushort misc, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case SampleRecord when payload.Length >= sizeof(ulong):
                TakeSample((misc & CpuModeMask) == KernelMode, payload);
                break;
            case LostRecord when payload.Length >= 2 * sizeof(ulong):
                Lost += BinaryPrimitives.ReadInt64LittleEndian(payload[sizeof(ulong)..]);
                break;
        }
    }

    private void TakeSample(bool inKernel, ReadOnlySpan<byte> payload)
    {
        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(payload);
        ReadOnlySpan<byte> chain = payload[sizeof(ulong)..];
        int values = (int)Math.Min(claimed, (ulong)(chain.Length / sizeof(ulong)));
        if (_addresses.Length < values + 1)
        {
            _addresses = new ulong[values + 1];
        }

        int count = 0;
        if (inKernel)
        {
            _addresses[count++] = PseudoAddress.Kernel;
        }

        bool isUser = false;
        bool isReturnAddress = false;
        for (int i = 0; i < values; i++)
        {
            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(chain[(i * sizeof(ulong))..]);
            if (value >= FirstContext)
            {
                isUser = value == UserContext;
            }
            else if (isUser && value > 0)
            {
                // A return address may lie behind the end of the calling method.
                _addresses[count++] = isReturnAddress ? value - 1 : value;
                isReturnAddress = true;
            }
        }

        int stack = Stacks.Intern(_addresses.AsSpan(0, count));
        while (_counts.Count <= stack)
        {
            _counts.Add(0);
        }

        _counts[stack]++;
        Samples++;
    }
}
