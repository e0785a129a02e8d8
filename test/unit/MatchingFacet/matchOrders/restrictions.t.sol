// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {OrderKind} from "../../../../contracts/types/Orders.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

/// @dev Rule 6: the ten restrictions, each tried alone through every function.
contract Restrictions_Unit_Test is MatchingMarket {
    /// @dev Reached by no key.
    address internal constant GROUP = address(0x67726f7570);

    /// @dev One of the ten: whose order it is in, and whom it is about.
    struct Rule {
        OrderKind by;
        address account;
    }

    function setUp() public override {
        super.setUp();
        requestOrder.workerpool = address(0);
    }

    function testFuzz_RevertWhen_AnOrderNamesSomebodyElse(address other) external {
        vm.assume(other.code.length == 0 && other > address(0xffff) && other != requester.addr);
        for (uint256 i; i < 10; ++i) {
            _assertExcluded(i, other);
        }
    }

    function test_RevertWhen_AnOrderNamesAGroupWithoutTheCounterpart() external {
        _makeGroup(GROUP, anyone.addr);

        _assertAllExcluded();
    }

    function test_RevertWhen_AnOrderNamesAContractThatReverts() external {
        vm.etch(GROUP, REVERTING);

        _assertAllExcluded();
    }

    /// @dev Two is no boolean: it is not true.
    function test_RevertWhen_AnOrderNamesAContractThatAnswersTwo() external {
        // mstore(0, 2); return(0, 32)
        vm.etch(GROUP, hex"60025f5260205ff3");

        _assertAllExcluded();
    }

    function test_RevertWhen_AnOrderNamesAContractThatAnswersTooShort() external {
        // mstore(0, 1 << 8); return(0, 31): with a zero byte more it would be true.
        vm.etch(GROUP, hex"6101005f52601f5ff3");

        _assertAllExcluded();
    }

    function test_RevertWhen_AnOrderNamesAContractThatAnswersNothing() external {
        vm.etch(GROUP, hex"00");

        _assertAllExcluded();
    }

    function test_ShouldAdmitEveryoneWhereOrdersNameNobody() external {
        _signOrders();

        _assertAdmitted();
    }

    function test_ShouldAdmitExactlyWhoIsNamed() external {
        for (uint256 i; i < 10; ++i) {
            _restrict(i, _rule(i).account);
            _signOrders();
            _assertAdmitted();
        }
    }

    function test_ShouldAdmitMembersOfTheNamedGroup() external {
        for (uint256 i; i < 10; ++i) {
            address group = address(uint160(GROUP) + uint160(i) + 1);
            _makeGroup(group, _rule(i).account);
            _restrict(i, group);
            _signOrders();
            _assertAdmitted();
        }
    }

    function test_ShouldAskForNoDatasetAsItAsksForAny() external {
        _withoutDataset();
        for (uint256 i = 1; i < 10; i += 7) {
            _restrict(i, dataset);
            _signOrders();
            _assertRefused(_restricted(_rule(i).by, dataset, address(0)));
            _restrict(i, address(0));
        }
    }

    function testFuzz_ShouldIgnoreTheRestrictionsOfAnOrderOfNoDataset(address other) external {
        _withoutDataset();
        datasetOrder.apprestrict = datasetOrder.workerpoolrestrict = datasetOrder.requesterrestrict = other;
        _signOrders();

        _assertAdmitted();
    }

    function _assertAllExcluded() private {
        for (uint256 i; i < 10; ++i) {
            _assertExcluded(i, GROUP);
        }
    }

    function _assertExcluded(uint256 which, address restriction) private {
        _restrict(which, restriction);
        _signOrders();
        _assertRefused(_restricted(_rule(which).by, restriction, _rule(which).account));
        _restrict(which, address(0));
    }

    function _restrict(uint256 which, address restriction) private {
        if (which == 0) requestOrder.workerpool = restriction;
        if (which == 1) appOrder.datasetrestrict = restriction;
        if (which == 2) appOrder.workerpoolrestrict = restriction;
        if (which == 3) appOrder.requesterrestrict = restriction;
        if (which == 4) datasetOrder.apprestrict = restriction;
        if (which == 5) datasetOrder.workerpoolrestrict = restriction;
        if (which == 6) datasetOrder.requesterrestrict = restriction;
        if (which == 7) workerpoolOrder.apprestrict = restriction;
        if (which == 8) workerpoolOrder.datasetrestrict = restriction;
        if (which == 9) workerpoolOrder.requesterrestrict = restriction;
    }

    function _rule(uint256 which) private view returns (Rule memory) {
        if (which == 0) return Rule(OrderKind.REQUEST, workerpool);
        if (which == 1) return Rule(OrderKind.APP, dataset);
        if (which == 2) return Rule(OrderKind.APP, workerpool);
        if (which == 3) return Rule(OrderKind.APP, requester.addr);
        if (which == 4) return Rule(OrderKind.DATASET, app);
        if (which == 5) return Rule(OrderKind.DATASET, workerpool);
        if (which == 6) return Rule(OrderKind.DATASET, requester.addr);
        if (which == 7) return Rule(OrderKind.WORKERPOOL, app);
        if (which == 8) return Rule(OrderKind.WORKERPOOL, dataset);
        return Rule(OrderKind.WORKERPOOL, requester.addr);
    }
}
