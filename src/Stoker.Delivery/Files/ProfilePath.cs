using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Delivery.Files;

/// <summary>Where a profile is stored: <c>&lt;service_name&gt;/&lt;profile type&gt;/&lt;time&gt;-&lt;instance hash&gt;.pb.gz</c>.</summary>
internal static class ProfilePath
{
    // A file name may have 255 bytes on every usual file system.
    private const int MaxSegmentLength = 120;

    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create("-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The folder of the profile below the directory, as two segments.</summary>
    public static string FolderOf(LabelSet labels) =>
        Path.Combine(Segment(labels["service_name"], "unknown_service"), Segment(labels["__name__"], "unknown"));

    /// <summary>The name of the profile's file, to be made unique by its suffix.</summary>
    public static StoredName NameOf(RawProfile profile) => new(TimeOf(profile.ScrapedAt), InstanceOf(profile.Labels), Suffix: 0);

    public static long TimeOf(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();

    /// <summary>
    /// One path segment: everything that is not plain is percent-encoded, and a leading dot too, so that no value is hidden, empty or a way up.
    /// A long one keeps its beginning and gets a hash of the whole.
    /// </summary>
    public static string Segment(string value, string ifEmpty)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value.Length == 0 ? ifEmpty : value);
        var segment = new StringBuilder();
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isPlain = PlainBytes.Contains(bytes[i]) && !(bytes[i] == '.' && (i == 0 || i == bytes.Length - 1));
            string piece = isPlain ? ((char)bytes[i]).ToString() : $"%{bytes[i]:X2}";
            if (segment.Length + piece.Length > MaxSegmentLength)
            {
                // The tilde is never plain, so no other value leads to this segment.
                return $"{segment}~{XxHash64.HashToUInt64(bytes):x16}";
            }

            segment.Append(piece);
        }

        return segment.ToString();
    }

    // The profile type is in the path already, and all types of one instance share the hash.
    private static ulong InstanceOf(LabelSet labels)
    {
        var instance = new LabelSetBuilder();
        foreach (Label label in labels.Where(label => !label.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            instance.Set(label.Name, label.Value);
        }

        return instance.ToLabelSet().GetStableHash();
    }
}
