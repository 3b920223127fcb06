// Types that rules look up and whose library cannot be restored here. Read as text by the conventions and never compiled into a
// test. A type stands here only while a rule looks it up and no referenced library has it; the conventions see to both.

// SpecFlow can be restored, but not beside Reqnroll, which took its types over.
namespace TechTalk.SpecFlow
{
    public class BindingAttribute : System.Attribute;
}
