namespace Stoker.ArchitectureTests;

/// <summary>Each thing that the page of pyroscope.scrape says has a test, by the checklist in the documents.</summary>
public sealed class ChecklistTests
{
    private static readonly ChecklistFile Checklist = ChecklistFile.Parse(Read("docs/reference/pyroscope.scrape-checklist.md"));

    // What it says of arguments and labels is compared with the declarations, and with what they do, by the component's own tests.
    private static readonly string Page = Read("docs/reference/components/pyroscope.scrape.md");

    // The numbers of the weaknesses of Alloy's implementation that concern scraping.
    private static readonly int[] Weaknesses = [1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 22, 23, 24, 26, 27, 28];

    [Fact]
    public void Checklist_EveryRow_NamesTestsThatExist()
    {
        Assert.NotEmpty(Checklist.Rows);
        Assert.Empty(Checklist.FindFaults(TestIndex.All));
    }

    [Fact]
    public void Checklist_EveryArgumentOfTheComponentsPage_HasARow()
    {
        string[] arguments = [.. ChecklistFile.ArgumentsOf(Page).Select(argument => argument.Key)];
        Assert.Contains("profiling_config > profile.custom > path", arguments);
        Assert.Empty(arguments.Except(Checklist.Rows.Select(row => row.Key)));
    }

    [Fact]
    public void Checklist_TypeDefaultAndRequired_AreThoseOfTheComponentsPage() => Assert.Empty(Checklist.FindDifferences(Page));

    [Fact]
    public void Checklist_EveryTargetLabelOfTheComponentsPage_HasARowWithTests()
    {
        string[] labels = [.. ChecklistFile.LabelsOf(Page)];
        Assert.Contains("__scrape_interval__", labels);
        Assert.Empty(labels.Except(Checklist.Rows.Where(row => row.Tests.Count > 0).Select(row => row.Key)));
    }

    [Fact]
    public void Checklist_EveryWeaknessThatConcernsScraping_HasARowWithTests() => Assert.Empty(
        Weaknesses.Select(number => $"W{number}").Except(Checklist.Rows.Where(row => row.Tests.Count > 0).Select(row => row.Key)));

    [Fact]
    public void FindFaults_OfABadList_NamesEach()
    {
        var list = ChecklistFile.Parse("""
            | Row | Tests |
            | --- | --- |
            | `good` | `A.Tests/B.C`, `A.Tests/B.D` |
            | bad | `A.Tests/B.Gone` |
            | none | |
            | later | |
            | good | `A.Tests/B.C` |

            | Row | Remark |
            | --- | --- |
            | ignored | |

            ## Not there yet
            - `later`: waits for `something`
            - `lost`: is no row
            """);

        Assert.Equal(
            [
                "good stands more than once",
                "bad: there is no test A.Tests/B.Gone",
                "none has no test and is not among what is not there yet",
                "lost is among what is not there yet, but no row",
            ],
            list.FindFaults(new HashSet<string> { "A.Tests/B.C", "A.Tests/B.D" }));
    }

    [Fact]
    public void FindDifferences_FromAPage_NamesEachColumn()
    {
        const string page = """
            | Name | Type | Description | Default | Required |
            | --- | --- | --- | --- | --- |
            | `same` | bool | x | `true` | no |
            | `other` | bool | x | `true` | no |
            | `bare` | string | x |  | no |
            | `a_block` | block | x |  | no |
            | `not_listed` | bool | x |  | no |
            """;

        Assert.Equal(
            [
                "other: Type is \"string\", and \"bool\" on the page",
                "other: Default is \"false\", and \"true\" on the page",
                "other: Required is \"yes\", and \"no\" on the page",
                "bare: Type is \"not there\", and \"string\" on the page",
                "bare: Default is \"not there\", and \"\" on the page",
                "a_block: Required is \"yes\", and \"no\" on the page",
            ],
            ChecklistFile.Parse("""
                | Argument | Type | Default | Required | Tests |
                | --- | --- | --- | --- | --- |
                | `same` | bool | `true` | no | |
                | `other` | string | `false` | yes | |

                | Block | Required | Tests |
                | --- | --- | --- |
                | `bare` | no | |
                | `a_block` | yes | |
                """).FindDifferences(page));
    }

    [Fact]
    public void LabelsOf_APage_AreThoseOfItsTableOnly() => Assert.Equal(
        ["__a__", "__b__", "__c_<name>"],
        ChecklistFile.LabelsOf("""
            ## Labels of a target

            | Label | Meaning |
            | --- | --- |
            | `__a__` | As `x` has it. |
            | `__b__`, `__c_<name>` | Two. |

            Delivered is `job`.

            ## Metrics
            | `other` | x |
            """));

    [Fact]
    public void ArgumentsOf_APage_AreItsTablesOfArgumentsOnly() => Assert.Equal(
        ["targets", "tls_config", "tls_config > ca_pem"],
        ChecklistFile.ArgumentsOf("""
            ## Arguments
            | Name | Type | Description | Default | Required |
            | --- | --- | --- | --- | --- |
            | `targets` | list | x | | yes |
            | `tls_config` | block | x | | no |

            ### `tls_config`
            | Name | Type | Description | Default | Required |
            | --- | --- | --- | --- | --- |
            | `ca_pem` | string | x | | no |

            ## Metrics
            | Metric | Meaning |
            | --- | --- |
            | `some_total` | x |
            """).Select(argument => argument.Key));

    [Fact]
    public void NamesIn_ASource_AreItsTestsAndNoOtherMethods() => Assert.Equal(
        ["Scrape.Tests/ATests.First", "Scrape.Tests/ATests.Second", "Scrape.Tests/BTests.Third"],
        TestIndex.NamesIn("Scrape.Tests", """
            public sealed class ATests
            {
                [Fact]
                public void First() => Helper();

                [Theory]
                [InlineData("public void Quoted(")]
                [InlineData("x")]
                public async Task Second(string text)
                {
                }

                [Fact(Skip = "waits for something")]
                public void Skipped()
                {
                }

                [Theory(DisplayName = "long", Explicit = true)]
                [InlineData("x")]
                public async Task OnlyOnDemand(string text)
                {
                }

                public static void Helper()
                {
                }

                private sealed class Inner;
            }

            public sealed partial class BTests
            {
                [Fact]
                public async Task Third()
                {
                }
            }
            """));

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));
}
