Feature: Cart
  A customer collects articles and sees what they come to.

  Background:
    Given the list price of "MUG-01" is 9.95
    And the list price of "TEE-02" is 19.90

  Scenario: Nothing taken yet
    Given an empty cart
    Then the cart is empty

  Scenario: The same article twice
    Given an empty cart
    When I add 1 piece of "MUG-01"
    And I add 2 pieces of "MUG-01"
    Then the cart holds 3 pieces of "MUG-01"
    And the goods come to 29.85

  Scenario: Changing one's mind
    Given a cart with 2 pieces of "MUG-01"
    When I add 1 piece of "TEE-02"
    And I take out "MUG-01"
    Then the cart holds 0 pieces of "MUG-01"
    And the goods come to 19.90

  Scenario: More than anyone may take
    Given a cart with 98 pieces of "TEE-02"
    When I add 2 pieces of "TEE-02"
    Then the cart holds 98 pieces of "TEE-02"
