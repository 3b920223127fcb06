Feature: Checkout
  A customer pays for the goods and for their way.

  Background:
    Given the list price of "MUG-01" is 9.95
    And the list price of "POT-04" is 34.50
    And "MUG-01" weighs 320 g
    And "POT-04" weighs 780 g

  Scenario: A light parcel within the country
    Given a cart with 1 piece of "MUG-01"
    When I order to "DE"
    Then shipping costs 3.90
    And the order total is 13.85

  Scenario: A heavier parcel abroad
    Given a cart with 2 pieces of "POT-04"
    When I order to "AT"
    Then shipping costs 8.50
    And the order total should be 77.50

  Scenario: A country we do not send to
    Given a cart with 1 piece of "POT-04"
    When I order to "NZ"
    Then the order cannot be sent

  Scenario: Too heavy for the carrier
    Given a cart with 50 pieces of "POT-04"
    When I order to "DE"
    Then the order cannot be sent
