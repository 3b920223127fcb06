// Types that rules look up and whose library cannot be restored here. Read as text by the conventions and never compiled into a
// test. A type stands here only while a rule looks it up and no referenced library has it; the conventions see to both.
