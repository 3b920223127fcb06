// Types that rules look up and whose library cannot be restored here. Read as text by the conventions, never compiled into a test:
// a name that exists in a referenced library must not stand here.

namespace TechTalk.SpecFlow
{
    public class BindingAttribute : System.Attribute;
}
