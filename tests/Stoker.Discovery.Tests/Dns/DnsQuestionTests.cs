using Stoker.Discovery.Dns;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>What a question is as bytes, and what is made of the bytes that come back.</summary>
public sealed class DnsQuestionTests
{
    private static readonly DnsQuestion Question = new(0x1234, "_a._tcp.example.", DnsRecordType.SRV);
    private static readonly byte[] Query = QueryOf(Question, withOptions: false);

    [Fact]
    public void Write_OfAQuestion_IsWhatTheStandardSays()
    {
        byte[] name = [2, (byte)'_', (byte)'a', 4, (byte)'_', (byte)'t', (byte)'c', (byte)'p', 7, .. "example"u8, 0];
        Assert.Equal([0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name, 0, 33, 0, 1], Query);
        Assert.Equal(
            [0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 1, .. name, 0, 33, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0], QueryOf(Question, withOptions: true));
    }

    [Fact]
    public void Write_OfTheLongestName_Fits()
    {
        string name = string.Concat(Enumerable.Repeat("a.", 126)) + "b.";
        byte[] query = QueryOf(new DnsQuestion(1, name, DnsRecordType.A), withOptions: true);
        Assert.Equal(12 + 255 + 4 + 11, query.Length);
    }

    [Fact]
    public void Read_RecordsWithAndWithoutPointers_AreWhole()
    {
        byte[] answer = AnswerBytes.To(
            Query,
            AnswerBytes.Srv(8080, AnswerBytes.Name("web1.example")),
            AnswerBytes.Record(5, AnswerBytes.Name("alias.example")),
            AnswerBytes.Srv(65535, [4, .. "web2"u8, 0xC0, 20]));
        Assert.Equal(DnsQuestion.Reading.Answer, Question.Read(answer, out DnsAnswer read, out _));
        Assert.Equal([new DnsRecord("web1.example.", 8080), new DnsRecord("web2.example.", 65535)], read.Records);
        Assert.Equal(0, read.BrokenRecords);
    }

    [Theory]
    [InlineData(DnsRecordType.A, new byte[] { 192, 0, 2, 1 }, "192.0.2.1")]
    [InlineData(DnsRecordType.AAAA, new byte[] { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, "2001:db8::1")]
    [InlineData(DnsRecordType.AAAA, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1 }, "192.0.2.1")]
    [InlineData(DnsRecordType.MX, new byte[] { 0, 10, 2, (byte)'m', (byte)'x', 0 }, "mx.")]
    [InlineData(DnsRecordType.NS, new byte[] { 2, (byte)'n', (byte)'s', 0 }, "ns.")]
    public void Read_EachType_GivesItsHost(object type, byte[] content, string host)
    {
        var question = new DnsQuestion(7, "example.", (DnsRecordType)type);
        byte[] answer = AnswerBytes.To(QueryOf(question, withOptions: false), AnswerBytes.Record((ushort)(DnsRecordType)type, content));
        Assert.Equal(DnsQuestion.Reading.Answer, question.Read(answer, out DnsAnswer read, out _));
        Assert.Equal([new DnsRecord(host, 0)], read.Records);
    }

    [Fact]
    public void Read_ABrokenRecord_CostsOnlyItself()
    {
        byte[] good = AnswerBytes.Srv(1, AnswerBytes.Name("web"));
        byte[] answer = AnswerBytes.To(
            Query,
            good,
            AnswerBytes.Record(33, 1, 2, 3),
            AnswerBytes.Srv(2, [.. AnswerBytes.Name("web"), 9]),
            AnswerBytes.Srv(3, 0xC0, 0xFF),
            good);
        Assert.Equal(DnsQuestion.Reading.Answer, Question.Read(answer, out DnsAnswer read, out _));
        Assert.Equal((2, 3), (read.Records.Count, read.BrokenRecords));
    }

    [Fact]
    public void Read_BytesThatNoNameHas_AreEscaped()
    {
        byte[] answer = AnswerBytes.To(Query, AnswerBytes.Srv(1, 7, (byte)'a', (byte)'.', (byte)'\\', (byte)'"', 0, (byte)' ', 0xFF, 0));
        Assert.Equal(DnsQuestion.Reading.Answer, Question.Read(answer, out DnsAnswer read, out _));
        Assert.Equal("a\\.\\\\\"\\000\\032\\255.", Assert.Single(read.Records).Host);
    }

    [Fact]
    public void Read_WhatIsForAnotherQuestion_IsNotTaken()
    {
        byte[] right = AnswerBytes.To(Query, AnswerBytes.Srv(1, AnswerBytes.Name("web")));
        Assert.Equal(DnsQuestion.Reading.Answer, Question.Read(right, out _, out _));
        AssertNotTaken(right, at: 0); // identifier
        AssertNotTaken(right, at: 2, change: 0x80); // a question, not an answer
        AssertNotTaken(right, at: 2, change: 0x08); // another operation
        AssertNotTaken(right, at: 14, change: 3); // another name
        AssertNotTaken(right, at: Query.Length - 3); // another type
        AssertNotTaken(right, at: Query.Length - 1); // another class
        AssertNotTaken(right, at: 5); // no question
        AssertNotTaken(right, at: 5, change: 3); // two of them
        Assert.Equal(DnsQuestion.Reading.NotForThis, Question.Read([], out _, out _));
    }

    [Fact]
    public void Read_TheNameInOtherLetters_IsTheSame()
    {
        byte[] answer = AnswerBytes.To(Query);
        answer[14] = (byte)'A';
        Assert.Equal(DnsQuestion.Reading.Answer, Question.Read(answer, out _, out _));
    }

    [Fact]
    public void Read_AnAnswerThatEndsTooEarly_IsMalformed()
    {
        byte[] answer = AnswerBytes.To(Query, AnswerBytes.Srv(1, AnswerBytes.Name("web")));
        for (int length = Query.Length; length < answer.Length; length++)
        {
            Assert.Equal(DnsQuestion.Reading.Malformed, Question.Read(answer.AsSpan(0, length), out _, out string fault));
            Assert.NotEqual("", fault);
        }
    }

    [Fact]
    public void Read_PointersInCirclesOrForward_AreMalformed()
    {
        int record = Query.Length;
        foreach (int target in (int[])[record, record + 1, record + 2, 0x3FFF])
        {
            byte[] answer = AnswerBytes.To(Query, [(byte)(0xC0 | (target >> 8)), (byte)target, .. AnswerBytes.Srv(1, 0)[2..]]);
            Assert.Equal(DnsQuestion.Reading.Malformed, Question.Read(answer, out _, out _));
        }
    }

    [Fact]
    public void Read_NamesOverTheLimit_AreNotUnfolded()
    {
        // Each record's name is a label and a pointer to the name before it: unfolded, they would grow with every record.
        var records = new List<byte[]>();
        int at = Query.Length;
        int before = 12;
        while (at < 16000)
        {
            byte[] record = [40, .. Enumerable.Repeat((byte)'x', 40), (byte)(0xC0 | (before >> 8)), (byte)before, 0, 33, 0, 1, 0, 0, 0, 0, 0, 0];
            records.Add(record);
            before = at;
            at += record.Length;
        }

        Assert.Equal(DnsQuestion.Reading.Malformed, Question.Read(AnswerBytes.To(Query, [.. records]), out _, out _));
        Assert.Equal(DnsQuestion.Reading.Answer, Question.Read(AnswerBytes.To(Query, [.. records.Take(4)]), out _, out _));
    }

    [Fact]
    public void Read_MutatedAnswers_NeverThrowsAndStaysBounded()
    {
        byte[] seed = AnswerBytes.To(
            Query, AnswerBytes.Srv(1, AnswerBytes.Name("web.example")), AnswerBytes.Srv(2, [3, .. "web"u8, 0xC0, 12]), AnswerBytes.Record(1, 1, 2, 3, 4));
        var random = new Random(1);
        int answers = 0;
        for (int i = 0; i < 100_000; i++)
        {
            List<byte> bytes = [.. seed];
            for (int count = random.Next(1, 8); count > 0; count--)
            {
                int at = random.Next(i % 2 == 0 ? Query.Length : 0, bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes[at] = (byte)(random.Next(2) == 0 ? 0xC0 : random.Next(64));
                        break;
                    default:
                        bytes.RemoveRange(at, Math.Min(random.Next(4), bytes.Count - at));
                        bytes.InsertRange(at, bytes.Take(random.Next(20)).ToArray());
                        break;
                }
            }

            byte[] message = [.. bytes];
            if (Question.Read(message, out DnsAnswer answer, out _) == DnsQuestion.Reading.Answer)
            {
                answers++;
                Assert.InRange(answer.Records.Count, 0, message.Length / 11);
                Assert.All(answer.Records, record => Assert.InRange(record.Host.Length, 1, 4 * DnsName.MaxBytes));
            }
        }

        Assert.InRange(answers, 1000, 99_000);
    }

    private static byte[] QueryOf(DnsQuestion question, bool withOptions)
    {
        Span<byte> query = stackalloc byte[DnsQuestion.MaxQueryBytes];
        query.Fill(0xAA);
        return query[..question.Write(query, withOptions)].ToArray();
    }

    private static void AssertNotTaken(byte[] right, int at, int change = 1)
    {
        byte[] wrong = [.. right];
        wrong[at] ^= (byte)change;
        Assert.Equal(DnsQuestion.Reading.NotForThis, Question.Read(wrong, out _, out _));
    }
}
